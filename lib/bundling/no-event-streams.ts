/**
 * Stands in for `@smithy/core/event-streams` in the functions' bundles: the SDK imports it, 15 KB, only when an
 * operation's input or output is a stream of events, and none of those that the functions call is.
 */
export const EventStreamSerde = undefined;
export const eventStreamSerdeProvider = undefined;
