import { memo } from "react";
import { isEmojiOnly, partsOf } from "./text-parts.ts";

/** What people write is text, whatever it looks like; links in it open elsewhere. */
export const MessageText = memo(function MessageText({ text }: { readonly text: string }) {
  return (
    <p className={isEmojiOnly(text) ? "text emoji" : "text"} dir="auto">
      {partsOf(text).map(({ text: part, url }, index) =>
        url === null ? (
          part
        ) : (
          <a key={index} href={url} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ),
      )}
    </p>
  );
});
