import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useChat, useConnection, useConversations, useStore } from "@parley/client/react";
import { ConversationPane } from "../conversation/conversation-pane.tsx";
import { ConversationList } from "../conversations/conversation-list.tsx";
import { placed } from "../conversations/placed.ts";
import { Announcer } from "../announcer/announcer.tsx";
import { useNotifications } from "../notifications/use-notifications.ts";
import { useNotifySwitch } from "../notifications/use-notify-switch.ts";
import { OfflineBanner } from "./offline-banner.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { StorageNotice } from "./storage-notice.tsx";
import { useOpenConversation } from "./open-conversation.ts";
import { useKeys } from "./use-keys.ts";
import { NoConversation } from "./no-conversation.tsx";
import { useRemoval } from "./use-removal.ts";
import { useLeaveWarning } from "./use-leave-warning.ts";
import { useUnreadTitle } from "./use-unread-title.ts";

interface ShellProps {
  readonly userId: string;
  /** What is not sent survives a reload. */
  readonly isStoring: boolean;
  readonly onSignOut: () => void;
  readonly invitation: ((onOpen: (id: string) => void) => ReactNode) | undefined;
}

/** The list beside the conversation; on a narrow screen one of the two. */
export function Shell({ userId, isStoring, onSignOut, invitation }: ShellProps) {
  const [openId, open] = useOpenConversation();
  const [areShortcutsShown, showShortcuts] = useState(false);
  const { items } = useConversations();
  const { state } = useConnection();
  const newChat = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const waiting = useStore(useChat().waiting);
  const notify = useNotifySwitch();
  const left = useRemoval(openId, open);
  useUnreadTitle(items);
  useLeaveWarning(!isStoring && waiting > 0);
  useNotifications({ userId, isOn: notify.state === "on", onOpen: open });

  const step = (by: number): void => {
    const shown = placed(items);
    const at = shown.findIndex(({ id }) => id === openId);
    const next = shown[at === -1 ? 0 : at + by];
    if (next) open(next.id);
  };
  useKeys({
    previous: () => step(-1),
    next: () => step(1),
    newChat: () => newChat.current?.focus(),
    list: () => list.current?.querySelector<HTMLElement>("[aria-current], button")?.focus(),
    shortcuts: () => showShortcuts(true),
  });
  // Back on a narrow screen the list has the focus that the conversation had.
  const wasOpen = useRef(openId);
  useEffect(() => {
    if (wasOpen.current !== null && openId === null) newChat.current?.focus();
    wasOpen.current = openId;
  }, [openId]);

  return (
    <Announcer>
      <div className="shell" data-open={openId !== null} data-connection={state}>
        <div className="banners">
          <OfflineBanner waiting={waiting} />
          {!isStoring && <StorageNotice />}
        </div>
        <ConversationList
          userId={userId}
          openId={openId}
          onOpen={open}
          notify={notify}
          onSignOut={onSignOut}
          onShortcuts={() => showShortcuts(true)}
          newChat={newChat}
          list={list}
          invitation={invitation?.(open)}
        />
        {openId === null ? (
          <NoConversation left={left} />
        ) : (
          <ConversationPane key={openId} id={openId} userId={userId} onBack={() => open(null)} />
        )}
        {areShortcutsShown && <Shortcuts onClose={() => showShortcuts(false)} />}
      </div>
    </Announcer>
  );
}
