import { useEffect, useState } from "react";

const idInUrl = (): string | null =>
  location.hash === "" ? null : decodeURIComponent(location.hash.slice(1));

/** Which conversation is open stands in the address: a reload, and the browser's back, find it. */
export function useOpenConversation(): [id: string | null, open: (id: string | null) => void] {
  const [id, setId] = useState(idInUrl);
  useEffect(() => {
    const read = (): void => setId(idInUrl());
    addEventListener("popstate", read);
    return () => removeEventListener("popstate", read);
  }, []);
  const open = (next: string | null): void => {
    const address = location.pathname + location.search;
    history.pushState(null, "", next === null ? address : `${address}#${encodeURIComponent(next)}`);
    setId(next);
  };
  return [id, open];
}
