const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

export interface TakenMember {
  readonly value: unknown;
  /** The object without the member, all other bytes as they were. */
  readonly rest: Buffer;
}

/** Takes one member out of a JSON object without touching the rest of it; null where it has none of that name. */
export function takeMember(json: Buffer, name: string): TakenMember | null {
  const wanted = Buffer.from(`"${name}"`);
  if (!json.includes(wanted)) return null;
  let at = skipSpace(json, 0);
  if (json[at] !== OPEN_BRACE) return null;
  let commaBefore: number | null = null;
  for (at = skipSpace(json, at + 1); json[at] === QUOTE; at = skipSpace(json, at + 1)) {
    const keyStart = at;
    const keyEnd = skipString(json, at);
    const colon = skipSpace(json, keyEnd);
    if (json[colon] !== COLON) return null;
    const valueStart = skipSpace(json, colon + 1);
    const valueEnd = skipValue(json, valueStart);
    at = skipSpace(json, valueEnd);
    if (json.subarray(keyStart, keyEnd).equals(wanted)) {
      const value = JSON.parse(json.toString("utf8", valueStart, valueEnd)) as unknown;
      const isLast = json[at] !== COMMA;
      const [from, to] = isLast ? [commaBefore ?? keyStart, valueEnd] : [keyStart, at + 1];
      return { value, rest: Buffer.concat([json.subarray(0, from), json.subarray(to)]) };
    }
    if (json[at] !== COMMA) return null;
    commaBefore = at;
  }
  return null;
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}

/** From an opening quote to behind the closing one. */
function skipString(json: Buffer, from: number): number {
  for (let at = from + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at + 1;
  }
  return json.length;
}

function skipValue(json: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = skipString(json, at) - 1;
        if (depth === 0) return at + 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        // The end of the object around a number, true, false or null.
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
        break;
      case COMMA:
        if (depth === 0) return at;
        break;
      default:
    }
  }
  return json.length;
}
