/** What only a page of the local cloud needs: a file of its own, which no deployment has. */
export { LobbyInvitation } from "./lobby-invitation.tsx";
export { localToken } from "../../local/local-token.ts";
