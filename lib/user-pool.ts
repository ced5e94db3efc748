import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolEmail,
} from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import type { PoolSettings } from "./identity-settings.ts";

const SECOND_FACTOR = { off: Mfa.OFF, optional: Mfa.OPTIONAL, required: Mfa.REQUIRED };

export function makeUserPool(scope: Construct, settings: PoolSettings, disposable: boolean): UserPool {
  const { selfSignUp, mfa, threatProtection, email } = settings;
  return new UserPool(scope, "UserPool", {
    selfSignUpEnabled: selfSignUp,
    // Not by preferred_username too: Cognito would then refuse it at sign-up, and it may be the user's handle.
    signInAliases: { username: true, email: true },
    autoVerify: { email: true },
    standardAttributes: {
      email: { required: true, mutable: true },
      fullname: { required: false, mutable: true },
      profilePicture: { required: false, mutable: true },
    },
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    mfa: SECOND_FACTOR[mfa],
    ...(mfa === "off" ? {} : { mfaSecondFactor: { otp: true, sms: false } }),
    ...(threatProtection
      ? {
          featurePlan: FeaturePlan.PLUS,
          standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
        }
      : {}),
    ...(email === undefined
      ? {}
      : { email: UserPoolEmail.withSES({ fromEmail: email.from, sesRegion: email.region ?? Aws.REGION }) }),
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    deletionProtection: !disposable,
    removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}

/** The client of the pool's users. Where Cognito may lead back to is compared letter for letter, the slash included. */
export function addAppClient(
  pool: UserPool,
  { chosenHandles }: PoolSettings,
  callbacks: readonly string[],
): UserPoolClient {
  return pool.addClient("AppClient", {
    generateSecret: false,
    authFlows: { userSrp: true, userPassword: true },
    ...(callbacks.length === 0
      ? { disableOAuth: true }
      : {
          oAuth: {
            flows: { authorizationCodeGrant: true },
            scopes: [OAuthScope.OPENID, OAuthScope.PROFILE, OAuthScope.EMAIL],
            callbackUrls: [...callbacks],
            logoutUrls: [...callbacks],
          },
        }),
    // What users may write by themselves. Without the handle it is their user name: unique, and for ever.
    writeAttributes: new ClientAttributes().withStandardAttributes({
      email: true,
      fullname: true,
      profilePicture: true,
      preferredUsername: chosenHandles,
    }),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    idTokenValidity: Duration.hours(1),
    accessTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
  });
}

/**
 * The client of whatever administers: it has no user, and its secret, which no output tells, is at Cognito alone
 * (`describe-user-pool-client`). People's client cannot ask for the scope.
 */
export function addMachineClient(pool: UserPool, adminScope: string): UserPoolClient {
  const [identifier = "", scopeName = ""] = adminScope.split("/");
  const scope = new ResourceServerScope({ scopeName, scopeDescription: "Administers the chat" });
  const server = pool.addResourceServer("AdminServer", { identifier, scopes: [scope] });
  return pool.addClient("AdminClient", {
    generateSecret: true,
    oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.resourceServer(server, scope)] },
    accessTokenValidity: Duration.hours(1),
    enableTokenRevocation: true,
  });
}
