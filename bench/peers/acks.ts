/** The seqs that sends get one after the other, once a conversation has so many messages. */
export const nextSeqs = (stored: number, sends: number): readonly number[] =>
  Array.from({ length: sends }, (_, index) => stored + index + 1);

/** How many of the answers are acks; with `seqs`, only those whose message has the seq of its place. */
export function ackedInTurn(bodies: readonly (string | undefined)[], seqs: readonly number[] | null): number {
  return bodies.filter((body, index) => {
    const { type, data } = JSON.parse(body ?? "{}") as {
      readonly type?: string;
      readonly data?: { readonly message?: { readonly seq?: number } };
    };
    return type === "ack" && (seqs === null || data?.message?.seq === seqs[index]);
  }).length;
}
