/** The one fault that the page cannot make up for: said before something is lost by it. */
export function StorageNotice() {
  return (
    <p className="banner" role="alert">
      <strong>This browser stores nothing for this page.</strong> Keep it open until everything is sent: what
      is not would be lost with it.
    </p>
  );
}
