import { list, nonEmpty, parseJson } from "../../protocol/fields.ts";
import type { Ranked } from "./membership.ts";
import type { Role } from "./records.ts";
import { Refusal } from "./refusal.ts";

/** The cursor that stands for a place among a group's members: of who moves meanwhile, the place stays. */

const ROLES: readonly Role[] = ["owner", "admin", "member"];

const place = list(nonEmpty);

export const encodeMemberCursor = ({ role, joinedSeq, userId }: Ranked): string =>
  Buffer.from(JSON.stringify([role, String(joinedSeq), userId])).toString("base64url");

/** @throws Refusal `INVALID_REQUEST` for a text that is no cursor */
export function decodeMemberCursor(text: string): Ranked {
  const decoded = place(parseJson(Buffer.from(text, "base64url").toString("utf8")), "cursor");
  const [role, joinedSeq = "", userId = ""] = decoded.ok ? decoded.value : [];
  const ranked = {
    role: ROLES.find((one) => one === role) ?? "member",
    joinedSeq: Number(joinedSeq),
    userId,
  };
  if (!Number.isSafeInteger(ranked.joinedSeq) || encodeMemberCursor(ranked) !== text) {
    throw new Refusal("INVALID_REQUEST", "cursor must be the nextCursor of an earlier page.");
  }
  return ranked;
}
