import type { QueueService } from "../events/queue-service.ts";
import { QUEUE_PATH } from "../events/sqs-protocol.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { FrontHandlers } from "../serving/front-server.ts";
import type { Services } from "./open-services.ts";

/** What comes in on the one port: the services' protocols below their paths, everything else for the gateway. */
export const serveRequests = (
  gateway: Gateway,
  queues: QueueService,
  services: Pick<Services, "handleRequest">,
): FrontHandlers => ({
  handleRequest: (request, response) => {
    if (request.url?.startsWith(QUEUE_PATH) === true) queues.handleRequest(request, response);
    else if (!services.handleRequest(request, response)) gateway.handleRequest(request, response);
  },
  handleUpgrade: (request, socket, head) => gateway.handleUpgrade(request, socket, head),
});
