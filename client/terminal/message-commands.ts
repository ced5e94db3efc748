import type { ChatMessage } from "../index.ts";
import type { Command, Session } from "./command.ts";
import { NONE_OPEN } from "./command.ts";
import type { OpenChat } from "./open-chat.ts";
import { oneLine } from "./text.ts";

interface Target {
  readonly open: OpenChat;
  readonly message: ChatMessage;
  /** What follows the seq. */
  readonly text: string;
}

/** `12 …` or `#12 …`. */
const SEQ = /^#?(\d+)(?:\s+|$)([\s\S]*)$/;

/** The message that a command begins with; null, once it is said, where there is none. */
function targetOf({ open, print }: Session, name: string, text: string): Target | null {
  const [, seq, rest = ""] = SEQ.exec(text) ?? [];
  if (!open) print(NONE_OPEN);
  else if (seq === undefined) print(`/${name} needs the number of a message: the 12 of #12.`);
  else {
    const message = open.sentMessage(Number(seq));
    if (message) return { open, message, text: rest };
    print(`There is no message #${seq} here, or it is not loaded: /more, /history N.`);
  }
  return null;
}

/**
 * Not awaited: offline, a change waits in the outbox, and the commands after it shall not.
 * @param what has become of nothing
 */
function begin(change: Promise<void>, what: string, { print }: Session): void {
  change.catch((cause: unknown) => print(`  ${what}: ${oneLine((cause as Error).message)}`));
}

export const MESSAGE_COMMANDS: readonly Command[] = [
  {
    name: "reply",
    usage: "/reply N TEXT    answers message #N",
    run: (session, _words, line) => {
      const target = targetOf(session, "reply", line);
      if (!target) return;
      if (target.text === "") return session.print("/reply needs the text of the answer.");
      target.open.send(target.text, target.message.seq);
    },
  },
  {
    name: "edit",
    usage: "/edit [N] TEXT   changes your message #N, or your last one",
    run: (session, _words, line) => {
      const { open, print } = session;
      if (!open) return print(NONE_OPEN);
      const isNumbered = (SEQ.exec(line)?.[2] ?? "") !== "";
      if (line === "") return print("/edit needs the new text.");
      const last = open.myLast;
      if (!isNumbered && !last) return print("You have written nothing here that could be changed.");
      const target = targetOf(session, "edit", isNumbered ? line : `${last?.seq} ${line}`);
      if (!target) return;
      const { seq } = target.message;
      begin(open.conversation.edit(seq, { content: target.text }), `#${seq} is not changed`, session);
    },
  },
  {
    name: "delete",
    usage: "/delete N        deletes message #N",
    run: (session, _words, line) => {
      const target = targetOf(session, "delete", line);
      if (!target) return;
      const { seq } = target.message;
      begin(target.open.conversation.delete(seq), `#${seq} is not deleted`, session);
    },
  },
  {
    name: "react",
    usage: "/react N EMOJI   reacts to message #N; again takes it back",
    run: (session, _words, line) => {
      const target = targetOf(session, "react", line);
      if (!target) return;
      const emoji = target.text.trim();
      if (emoji === "") return session.print("/react needs an emoji.");
      const { seq, reactions } = target.message;
      const { userId } = session.chat;
      const isMine = reactions.some((one) => one.emoji === emoji && one.userIds.includes(userId));
      const change = target.open.conversation.react(seq, emoji, !isMine);
      begin(change, `The reaction to #${seq} is not taken`, session);
    },
  },
  {
    name: "pin",
    usage: "/pin N           pins message #N; again unpins it",
    run: (session, _words, line) => {
      const target = targetOf(session, "pin", line);
      if (!target) return;
      const { seq, pinnedAt } = target.message;
      begin(target.open.conversation.pin(seq, pinnedAt === null), `#${seq} stays as it was`, session);
    },
  },
];
