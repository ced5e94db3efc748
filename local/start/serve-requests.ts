import type { QueueService } from "../events/queue-service.ts";
import { QUEUE_PATH } from "../events/sqs-protocol.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { FrontHandlers } from "../serving/front-server.ts";

/** What comes in on the one port: SQS's protocol below its path, everything else for the gateway. */
export const serveRequests = (gateway: Gateway, queues: QueueService): FrontHandlers => ({
  handleRequest: (request, response) => {
    if (request.url?.startsWith(QUEUE_PATH) === true) queues.handleRequest(request, response);
    else gateway.handleRequest(request, response);
  },
  handleUpgrade: (request, socket, head) => gateway.handleUpgrade(request, socket, head),
});
