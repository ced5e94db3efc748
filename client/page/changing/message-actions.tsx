import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { FocusEvent, KeyboardEvent } from "react";
import type { ChatMessage } from "@parley/client";
import type { Company, MessageActs } from "./message-acts.ts";

/** With all that there is to choose from: loaded only where somebody looks for another. */
const EmojiDialog = lazy(() => import("./emoji-dialog.tsx").catch(() => ({ default: NoEmojis })));

const NoEmojis = () => (
  <p className="problem" role="alert">
    The emojis did not load: that needs a connection, and this page loaded anew.
  </p>
);

const QUICK = ["👍", "❤️", "😂", "🎉"] as const;

interface MessageActionsProps {
  readonly message: ChatMessage;
  readonly company: Company;
  readonly acts: MessageActs;
}

/** One button a message; what can be done stands below it once it is pressed. */
export function MessageActions({ message, company, acts }: MessageActionsProps) {
  const [isOpen, setOpen] = useState(false);
  const [isSure, setSure] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    menu.current?.scrollIntoView({ block: "nearest" });
    menu.current?.querySelector("button")?.focus();
  }, [isOpen]);

  const isOwn = message.sender.id === company.userId;
  const close = (): void => {
    setOpen(false);
    setSure(false);
  };
  const andClose = (act: () => void) => (): void => {
    close();
    // The menu had the focus: it would be nobody's.
    button.current?.focus();
    act();
  };
  const react = (emoji: string): void => {
    const isMine = message.reactions.some(
      (one) => one.emoji === emoji && one.userIds.includes(company.userId),
    );
    acts.react(message, emoji, !isMine);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The dialog ends by the same key, and by itself.
    if (event.key !== "Escape" || !isOpen || isChoosing) return;
    event.preventDefault();
    event.stopPropagation();
    andClose(() => undefined)();
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (!isChoosing && !currentTarget.contains(relatedTarget)) close();
  };

  return (
    <div className="actions" onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        ref={button}
        className="actions-button"
        aria-expanded={isOpen}
        aria-label={`What to do with the message of ${isOwn ? "yours" : message.sender.displayName}`}
        title="More"
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      {isOpen && (
        <div ref={menu} className="actions-menu" role="group" aria-label="What to do with this message">
          {QUICK.map((emoji) => (
            <button key={emoji} aria-label={`React with ${emoji}`} onClick={andClose(() => react(emoji))}>
              {emoji}
            </button>
          ))}
          <button aria-label="React with another emoji" onClick={() => setChoosing(true)}>
            +
          </button>
          <button onClick={andClose(() => acts.reply(message))}>Reply</button>
          {isOwn && <button onClick={andClose(() => acts.edit(message))}>Edit</button>}
          {company.pins && (
            <button onClick={andClose(() => acts.pin(message, message.pinnedAt === null))}>
              {message.pinnedAt === null ? "Pin" : "Unpin"}
            </button>
          )}
          {(isOwn || company.moderates) &&
            (isSure ? (
              <button className="alarming" onClick={andClose(() => acts.remove(message))}>
                Delete for everybody
              </button>
            ) : (
              <button onClick={() => setSure(true)}>Delete…</button>
            ))}
        </div>
      )}
      {isChoosing && (
        <Suspense fallback={<p className="hint">Loading…</p>}>
          <EmojiDialog
            onChoose={(emoji) => andClose(() => react(emoji))()}
            onClose={() => setChoosing(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
