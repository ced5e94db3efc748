import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  AccountRecovery,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolOperation,
} from "aws-cdk-lib/aws-cognito";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { alarmAbove } from "./alarm.ts";
import type { Bundles } from "./bundling/bundle-functions.ts";
import { makeFunction } from "./function.ts";
import { onItems } from "./grants.ts";
import { loggedFailures } from "./logged-failures.ts";
import type { Settings } from "./settings.ts";

export interface IdentityStackProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Bundles;
  readonly table: Table;
  /** The deployed page, which signs in on Cognito's; absent: nobody does. */
  readonly site?: { readonly origin: string; readonly signInPrefix: string };
}

/** Whose tokens are accepted: what the APIs need to know of an OIDC issuer. */
export interface Issuer {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Clients whose tokens are no user's: for the admin routes alone, so that no socket takes them. */
  readonly machines?: readonly string[];
  readonly jwksUri?: string;
}

/** What every function that reads a token's profile has to know; by default nothing. */
export const profileEnvironment = ({ httpAvatars }: Settings): { AVATAR_SCHEMES?: string } =>
  httpAvatars ? { AVATAR_SCHEMES: JSON.stringify(["https:", "http:"]) } : {};

/**
 * The client of whatever administers: it has no user, and its secret, which no output tells, is at Cognito alone
 * (`describe-user-pool-client`). People's client cannot ask for the scope.
 */
function addMachineClient(pool: UserPool, adminScope: string): UserPoolClient {
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

/** A Cognito user pool, for deployments that bring no issuer of their own. */
export class IdentityStack extends Stack {
  readonly issuer: Issuer;

  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const { settings, bundles, table, site } = props;
    const pool = new UserPool(this, "UserPool", {
      selfSignUpEnabled: true,
      // Not by preferred_username too: Cognito would then refuse it at sign-up, and it is the user's handle.
      signInAliases: { username: true, email: true },
      autoVerify: { email: true },
      standardAttributes: {
        email: { required: true, mutable: true },
        fullname: { required: false, mutable: true },
        profilePicture: { required: false, mutable: true },
      },
      passwordPolicy: { minLength: 12 },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: settings.retainData,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const signUp = makeFunction(this, "PostConfirmationFunction", {
      name: "signUp",
      description: "Makes a user known from the moment they have confirmed their sign-up",
      bundles,
      settings,
      // Cognito waits no longer.
      timeoutSeconds: 5,
      environment: {
        TABLE_NAME: table.tableName,
        LOG_LEVEL: settings.logLevel,
        ...profileEnvironment(settings),
      },
      grants: [onItems(table, "GetItem", "UpdateItem")],
    });
    // The pool knows the function, and the function nothing of the pool: its role names only the table.
    pool.addTrigger(UserPoolOperation.POST_CONFIRMATION, signUp);
    if (settings.alarms) this.#watch(signUp, settings);
    const client = pool.addClient("AppClient", {
      generateSecret: false,
      authFlows: { userSrp: true, userPassword: true },
      ...(site === undefined
        ? // No hosted sign-in page: it would need a domain and callback addresses of the deployer's.
          { disableOAuth: true }
        : {
            oAuth: {
              flows: { authorizationCodeGrant: true },
              scopes: [OAuthScope.OPENID, OAuthScope.PROFILE, OAuthScope.EMAIL],
              // Compared letter for letter, the slash included.
              callbackUrls: [`${site.origin}/`],
              logoutUrls: [`${site.origin}/`],
            },
          }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
    const machine = addMachineClient(pool, settings.adminScope);
    const domainPrefix = site?.signInPrefix ?? settings.adminDomainPrefix;
    if (domainPrefix !== undefined) pool.addDomain("SignInDomain", { cognitoDomain: { domainPrefix } });
    this.issuer = {
      issuer: pool.userPoolProviderUrl,
      audiences: [client.userPoolClientId],
      machines: [machine.userPoolClientId],
    };
    new CfnOutput(this, "UserPoolId", { value: pool.userPoolId });
    new CfnOutput(this, "UserPoolClientId", { value: client.userPoolClientId });
    new CfnOutput(this, "AdminClientId", { value: machine.userPoolClientId });
  }

  /** The trigger refuses nobody, whatever happens: what it could not do stands in its log alone. */
  #watch(signUp: LambdaFunction, { alarmTopicArn }: Settings): void {
    const topic = alarmTopicArn === undefined ? undefined : Topic.fromTopicArn(this, "Topic", alarmTopicArn);
    const sum = { period: Duration.minutes(5), statistic: Stats.SUM };
    alarmAbove(this, "SignUpErrors", {
      metric: loggedFailures(signUp, sum),
      threshold: 0,
      description: "Somebody signed up and is known only once they sign in",
      topic,
    });
    alarmAbove(this, "SignUpThrottles", {
      metric: signUp.metricThrottles(sum),
      threshold: 0,
      description: "A function ran out of concurrency",
      topic,
    });
  }
}
