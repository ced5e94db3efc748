import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { type UserPool, UserPoolOperation } from "aws-cdk-lib/aws-cognito";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { alarmAbove } from "./alarm.ts";
import type { Bundles } from "./bundling/bundle-functions.ts";
import { makeFunction } from "./function.ts";
import { onItems } from "./grants.ts";
import type { PoolSettings } from "./identity-settings.ts";
import { loggedFailures } from "./logged-failures.ts";
import type { Settings } from "./settings.ts";
import { addAppClient, addMachineClient, makeUserPool } from "./user-pool.ts";

export interface IdentityStackProps extends StackProps {
  readonly settings: Settings;
  readonly identity: PoolSettings;
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

/** A Cognito user pool, for deployments that bring no issuer of their own. */
export class IdentityStack extends Stack {
  readonly issuer: Issuer;
  readonly pool: UserPool;

  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const { settings, identity, bundles, table, site } = props;
    const pool = makeUserPool(this, identity, settings.disposable);
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
    const client = addAppClient(pool, identity, [
      ...identity.signInCallbacks,
      ...(site === undefined ? [] : [`${site.origin}/`]),
    ]);
    const machine = addMachineClient(pool, settings.adminScope);
    const domainPrefix = site?.signInPrefix ?? identity.domainPrefix;
    if (domainPrefix !== undefined) pool.addDomain("SignInDomain", { cognitoDomain: { domainPrefix } });
    if (identity.webAclArn !== undefined) {
      new CfnWebACLAssociation(this, "WebAcl", {
        resourceArn: pool.userPoolArn,
        webAclArn: identity.webAclArn,
      });
    }
    this.pool = pool;
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
