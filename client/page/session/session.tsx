import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { createChatClient, indexedDbStorage } from "@parley/client";
import type { ChatClient, ChatClientOptions } from "@parley/client";
import { ChatProvider } from "@parley/client/react";
import { forgetDrafts } from "../composer/drafts.ts";
import { Shell } from "../shell/shell.tsx";
import type { Config } from "./config.ts";
import { SignIn } from "./sign-in.tsx";
import { watchStorage } from "./watch-storage.ts";

/** Loaded by the page of a local cloud only: a deployment leaves this file out. */
const localCloud = () => import("../local/local-cloud.ts");
const LobbyInvitation = lazy(async () => ({ default: (await localCloud()).LobbyInvitation }));

const userInUrl = (): string => new URL(location.href).searchParams.get("as")?.trim() ?? "";

/** Who this tab is of stands in its address: another tab may be another user's. */
export function Session({ config }: { readonly config: Config }) {
  const [userId, setUserId] = useState(userInUrl);
  useEffect(() => {
    const read = (): void => setUserId(userInUrl());
    addEventListener("popstate", read);
    return () => removeEventListener("popstate", read);
  }, []);
  const go = (next: string): void => {
    if (next === userInUrl()) return;
    history.pushState(null, "", next === "" ? "./" : `?as=${encodeURIComponent(next)}`);
    setUserId(next);
  };
  if (userId === "") return <SignIn onSignIn={go} />;
  const { httpUrl } = config;
  const getToken = async (): Promise<string> =>
    (await localCloud()).localToken(httpUrl, { userId, displayName: userId });
  return (
    <SignedIn
      key={userId}
      config={config}
      userId={userId}
      getToken={getToken}
      onLeave={() => go("")}
      invitation={(onOpen) => (
        <Suspense>
          <LobbyInvitation httpUrl={httpUrl} userId={userId} onOpen={onOpen} />
        </Suspense>
      )}
    />
  );
}

interface SignedInProps {
  readonly config: Config;
  readonly userId: string;
  /** The first one given is asked as long as this is of the same user. */
  readonly getToken: ChatClientOptions["getToken"];
  readonly onLeave: () => void;
  /** What stands below the list of conversations for who may want to be in one more. */
  readonly invitation?: (onOpen: (id: string) => void) => ReactNode;
}

export function SignedIn({ config, userId, getToken, onLeave, invitation }: SignedInProps) {
  const [chat, setChat] = useState<ChatClient | null>(null);
  const [isStoring, setStoring] = useState(true);
  const leave = useRef(onLeave);
  leave.current = onLeave;
  const isLeaving = useRef(false);
  useEffect(() => {
    const client = createChatClient({
      ...config,
      getToken,
      storage: watchStorage(indexedDbStorage(`parley-${userId}`), () => setStoring(false)),
    });
    setChat(client);
    // Signed out in one tab, signed out in all.
    const stop = client.connection.subscribe(() => {
      if (client.connection.get().state === "closed" && !isLeaving.current) leave.current();
    });
    // A connection that fails shows in `client.connection`; it is tried again by itself.
    client.connect().catch(() => undefined);
    return () => {
      stop();
      void client.close();
    };
  }, [config, userId]);
  if (chat === null) return null;
  const signOut = async (): Promise<void> => {
    isLeaving.current = true;
    await chat.signOut();
    forgetDrafts(userId);
    onLeave();
  };
  return (
    <ChatProvider client={chat}>
      <Shell userId={userId} isStoring={isStoring} onSignOut={() => void signOut()} invitation={invitation} />
    </ChatProvider>
  );
}
