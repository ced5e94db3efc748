import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Bundles } from "./bundling/bundle-functions.ts";
import { ChatAlarms } from "./chat-alarms.ts";
import { ChatFunctions, WORKER_TIMEOUT_SECONDS } from "./chat-functions.ts";
import { HttpChatApi } from "./http-api.ts";
import type { Issuer } from "./identity-stack.ts";
import type { Settings } from "./settings.ts";
import { WebSocketChatApi } from "./websocket-api.ts";
import { WorkerSources } from "./worker-sources.ts";

export interface MessagingStackProps extends StackProps {
  readonly settings: Settings;
  readonly bundles: Bundles;
  readonly table: Table;
  readonly issuer: Issuer;
}

/** Both APIs, the functions behind them and what wakes the worker: nothing here holds data. */
export class MessagingStack extends Stack {
  readonly httpUrl: string;
  readonly webSocketUrl: string;

  constructor(scope: Construct, id: string, props: MessagingStackProps) {
    super(scope, id, props);
    const { settings, table, issuer } = props;
    // One for each source: what lies in it tells what to do with it.
    const jobDeadLetters = this.#queue("JobDeadLetters", { retentionPeriod: Duration.days(14) });
    const streamDeadLetters = this.#queue("StreamDeadLetters", { retentionPeriod: Duration.days(14) });
    const queue = this.#queue("Jobs", {
      // Six times the function's timeout, as Lambda asks of its queues, so that a retry never overlaps.
      visibilityTimeout: Duration.seconds(6 * WORKER_TIMEOUT_SECONDS),
      deadLetterQueue: { queue: jobDeadLetters, maxReceiveCount: 5 },
    });
    const webSocket = new WebSocketChatApi(this, "WebSocket", settings);
    const functions = new ChatFunctions(this, {
      ...props,
      queue,
      streamDeadLetters,
      stage: webSocket.stage,
    });
    webSocket.addRoutes(functions.webSocket, functions.authorizer);
    const http = new HttpChatApi(this, "Http", {
      settings,
      issuer,
      handler: functions.http,
      admin: functions.admin,
    });
    new WorkerSources(this, "WorkerSources", {
      settings,
      worker: functions.worker,
      table,
      queue,
      streamDeadLetters,
    });
    if (settings.alarms) {
      new ChatAlarms(this, "Alarms", {
        settings,
        functions,
        table,
        queue,
        jobDeadLetters,
        streamDeadLetters,
        stage: webSocket.stage,
        http: http.api,
      });
    }
    this.httpUrl = http.api.apiEndpoint;
    this.webSocketUrl = webSocket.stage.url;
    new CfnOutput(this, "HttpUrl", { value: this.httpUrl });
    new CfnOutput(this, "WebSocketUrl", { value: this.webSocketUrl });
  }

  #queue(id: string, props: QueueProps): Queue {
    return new Queue(this, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
  }
}
