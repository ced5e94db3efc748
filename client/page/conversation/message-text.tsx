import { memo } from "react";
import type { User } from "@parley/client";
import { MentionsMarked } from "../mentions/mentions-marked.tsx";
import { isEmojiOnly, partsOf } from "./text-parts.ts";

interface MessageTextProps {
  readonly text: string;
  /** Those whom it mentions. */
  readonly mentioned: readonly User[];
  readonly userId: string;
}

/** What people write is text, whatever it looks like; links in it open elsewhere. */
export const MessageText = memo(function MessageText({ text, mentioned, userId }: MessageTextProps) {
  return (
    <p className={isEmojiOnly(text) ? "text emoji" : "text"} dir="auto">
      {partsOf(text).map(({ text: part, url }, index) =>
        url === null ? (
          <MentionsMarked key={index} text={part} mentioned={mentioned} userId={userId} />
        ) : (
          <a key={index} href={url} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ),
      )}
    </p>
  );
});
