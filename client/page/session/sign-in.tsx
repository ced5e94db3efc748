import { useState } from "react";

/** Locally a name is enough. */
export function SignIn({ onSignIn }: { readonly onSignIn: (userId: string) => void }) {
  const [name, setName] = useState("");
  return (
    <main className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") onSignIn(name.trim());
        }}
      >
        <h1>Parley</h1>
        <label htmlFor="name">Your name</label>
        <input
          id="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          maxLength={100}
          required
          autoFocus
          dir="auto"
        />
        <button className="primary">Sign in</button>
        <p>On this machine a name is enough. Open a second window with another name, and talk.</p>
      </form>
    </main>
  );
}
