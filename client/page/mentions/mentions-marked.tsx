import { Fragment } from "react";
import type { User } from "@parley/client";
import { mentionsIn } from "./mentions-in.ts";

interface MentionsMarkedProps {
  readonly text: string;
  readonly mentioned: readonly User[];
  readonly userId: string;
}

/** A text with the handles in it that mention somebody marked, one's own more than those of others. */
export function MentionsMarked({ text, mentioned, userId }: MentionsMarkedProps) {
  let at = 0;
  const marked = mentionsIn(text, mentioned).map(({ from, to, ids }) => {
    const before = text.slice(at, from);
    at = to;
    return (
      <Fragment key={from}>
        {before}
        <span className="mention" data-me={ids.includes(userId)}>
          {text.slice(from, to)}
        </span>
      </Fragment>
    );
  });
  return (
    <>
      {marked}
      {text.slice(at)}
    </>
  );
}
