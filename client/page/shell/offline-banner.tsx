import { useEffect, useState } from "react";
import type { ChatError } from "@parley/client";
import { useConnection } from "@parley/client/react";
import { useAnnounce } from "../announcer/announcer.tsx";

/** A reconnection that takes no longer than this is nobody's concern. */
const PATIENCE_MS = 1_000;

/** Says that there is no connection, why, and what waits for one. */
export function OfflineBanner({ waiting }: { readonly waiting: number }) {
  const { state, reason } = useConnection();
  const announce = useAnnounce();
  const isDown = state !== "online";
  const [isShown, show] = useState(false);
  const [why, setWhy] = useState(reason);
  useEffect(() => {
    if (!isDown) return show(false);
    const timer = setTimeout(() => show(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isDown]);
  // Each try begins without a reason: the last one stands meanwhile.
  useEffect(() => {
    if (reason || !isDown) setWhy(reason);
  }, [reason, isDown]);
  useEffect(() => {
    if (!isShown) return;
    announce("You are offline.");
    return () => announce("You are online again.");
  }, [isShown, announce]);
  if (!isShown) return null;
  return (
    <p className="banner" role="region" aria-label="Connection">
      <strong>Offline.</strong> {why && `${reasonText(why)} `}
      It connects again by itself.
      {waiting > 0 &&
        ` ${waiting === 1 ? "One message is" : `${waiting} messages are`} kept here and will be sent.`}
    </p>
  );
}

function reasonText({ code, message, cause }: ChatError): string {
  if (code === "NETWORK") return "";
  const detail = cause instanceof Error ? cause.message : message;
  return code === "UNAUTHORIZED" ? `Signing in failed: ${detail}` : message;
}
