export interface Profile {
  readonly displayName?: string;
  readonly avatarUrl?: string;
}

export interface TokenOptions extends Profile {
  readonly userId: string;
  /** Words with spaces between. */
  readonly scope?: string;
  readonly expiresInSeconds?: number;
}
