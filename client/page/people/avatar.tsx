import type { User } from "@parley/client";

/** A picture, or the first letter; a dot for who is there. */
export function Avatar({
  user,
  isOnline,
}: {
  readonly user: Pick<User, "displayName" | "avatarUrl">;
  readonly isOnline: boolean;
}) {
  const [initial = "?"] = user.displayName;
  return (
    <span className="avatar" data-online={isOnline} aria-hidden="true">
      {user.avatarUrl !== null && /^https:/.test(user.avatarUrl) ? (
        <img src={user.avatarUrl} alt="" referrerPolicy="no-referrer" />
      ) : (
        initial.toLocaleUpperCase()
      )}
    </span>
  );
}
