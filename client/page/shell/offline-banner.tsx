import { useEffect, useState } from "react";
import { useChat, useConnection, useStore } from "@parley/client/react";
import { useAnnounce } from "../announcer/announcer.tsx";

/** A reconnection that takes no longer than this is nobody's concern. */
const PATIENCE_MS = 1_000;

/** Says that there is no connection, why, and what waits for one. */
export function OfflineBanner({ openId }: { readonly openId: string | null }) {
  const { state, reason } = useConnection();
  const announce = useAnnounce();
  const isDown = state !== "online";
  const [isShown, show] = useState(false);
  useEffect(() => {
    if (!isDown) return show(false);
    const timer = setTimeout(() => show(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isDown]);
  useEffect(() => {
    if (!isShown) return;
    announce("You are offline.");
    return () => announce("You are online again.");
  }, [isShown, announce]);
  if (!isShown) return null;
  return (
    <p className="banner" role="region" aria-label="Connection">
      <strong>Offline.</strong> {openId === null ? "" : <Waiting id={openId} />}
      {reason && reason.code !== "NETWORK" ? ` ${reason.message}` : " It connects again by itself."}
    </p>
  );
}

function Waiting({ id }: { readonly id: string }) {
  const { items } = useStore(useChat().conversation(id).messages);
  const count = items.filter(({ state }) => state === "pending").length;
  if (count === 0) return null;
  return `${count === 1 ? "One message is" : `${count} messages are`} kept here and will be sent.`;
}
