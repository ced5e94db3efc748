/** The message that a request means. */
export interface Target {
  readonly conversationId: string;
  readonly seq: number;
}
