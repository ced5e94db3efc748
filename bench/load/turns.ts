/** Who says the message of this number, of pairs with a device each, in turn; devices are numbered pair by pair. */
export function turnOf(
  index: number,
  pairs: number,
): { readonly pair: number; readonly sender: number; readonly receiver: number } {
  const pair = index % pairs;
  const first = Math.floor(index / pairs) % 2 === 0;
  const [one, other] = [2 * pair, 2 * pair + 1];
  return first ? { pair, sender: one, receiver: other } : { pair, sender: other, receiver: one };
}
