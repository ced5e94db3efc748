interface JumpToLatestProps {
  /** How many have come since one left the end. */
  readonly count: number;
  readonly onJump: () => void;
}

export function JumpToLatest({ count, onJump }: JumpToLatestProps) {
  return (
    <button className="jump" onClick={onJump}>
      <span aria-hidden="true">↓ </span>
      {count === 0 ? "Latest" : `${count} new`}
    </button>
  );
}
