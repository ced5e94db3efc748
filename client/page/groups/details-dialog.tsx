import { useEffect, useRef, useState } from "react";
import { ChatError } from "@parley/client";
import { useConversation } from "@parley/client/react";
import { BlockButton } from "../people/block-button.tsx";
import { GroupDetails } from "./group-details.tsx";
import { MemberList } from "./member-list.tsx";
import { nameOfConversation } from "./conversation-name.ts";

interface DetailsDialogProps {
  readonly id: string;
  readonly userId: string;
  readonly onClose: () => void;
}

/** For so long one who mutes hears nothing: until they say otherwise. */
const FOR_GOOD = "9999-12-31T00:00:00.000Z";

/** What one keeps to oneself of a conversation, and of a group who is in it. */
export function DetailsDialog({ id, userId, onClose }: DetailsDialogProps) {
  const conversation = useConversation(id);
  const { details, setSettings, leave } = conversation;
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSure, setSure] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const isGroup = details.kind === "group";

  /** Does it, and says why if it was not to be. */
  const attempt = (act: Promise<unknown>): void => {
    setProblem(null);
    act.catch((cause: unknown) => setProblem(cause instanceof ChatError ? cause.message : String(cause)));
  };
  const isMuted = details.mutedUntil !== null;
  return (
    <dialog ref={dialog} className="group-dialog" onClose={onClose} aria-labelledby="details">
      <h2 id="details" dir="auto">
        {nameOfConversation(details)}
      </h2>
      <p className="dialog-buttons">
        <button
          aria-pressed={details.pinned}
          onClick={() => attempt(setSettings({ pinned: !details.pinned }))}
        >
          Keep on top
        </button>
        <button
          aria-pressed={isMuted}
          onClick={() => attempt(setSettings({ mutedUntil: isMuted ? null : FOR_GOOD }))}
        >
          Mute
        </button>
        <button
          aria-pressed={details.archived}
          onClick={() => attempt(setSettings({ archived: !details.archived }))}
        >
          Archive
        </button>
        {details.otherParticipant && <BlockButton userId={details.otherParticipant.id} attempt={attempt} />}
      </p>
      {isGroup && (
        <>
          <GroupDetails conversation={conversation} attempt={attempt} />
          <MemberList id={id} userId={userId} conversation={conversation} attempt={attempt} />
        </>
      )}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <p className="dialog-buttons">
        {isGroup &&
          (isSure ? (
            <button className="alarming" onClick={() => attempt(leave())}>
              Leave for good
            </button>
          ) : (
            <button onClick={() => setSure(true)}>Leave the group…</button>
          ))}
        <button className="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}
