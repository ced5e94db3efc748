import { useEffect, useState } from "react";
import type { Config, IssuerConfig } from "./config.ts";
import { Issuer, type IssuerState } from "./issuer.ts";
import { SignedIn } from "./session.tsx";

interface IssuerSessionProps {
  readonly config: Config;
  readonly signIn: IssuerConfig;
}

/** A deployed page: who one is says the issuer. */
export default function IssuerSession({ config, signIn }: IssuerSessionProps) {
  const [issuer] = useState(() => new Issuer(signIn));
  const [state, setState] = useState<IssuerState>({ type: "opening" });
  useEffect(() => issuer.open(setState), [issuer]);
  switch (state.type) {
    case "opening":
      return null;
    case "in":
      return (
        <SignedIn
          key={state.userId}
          config={config}
          userId={state.userId}
          getToken={issuer.token}
          onLeave={() => void issuer.signOut()}
        />
      );
    case "out":
      return <SignInAtIssuer problem={state.problem} signIn={() => issuer.signIn()} />;
  }
}

interface SignInAtIssuerProps {
  readonly problem: string | null;
  readonly signIn: () => Promise<void>;
}

function SignInAtIssuer({ problem, signIn }: SignInAtIssuerProps) {
  const [failure, setFailure] = useState<string | null>(null);
  const go = (): void => {
    setFailure(null);
    signIn().catch(() => setFailure("The page to sign in on cannot be reached. Try again."));
  };
  const shown = failure ?? problem;
  return (
    <main className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <h1>Parley</h1>
        {shown !== null && <p role="alert">{shown}</p>}
        <button className="primary" autoFocus>
          Sign in
        </button>
      </form>
    </main>
  );
}
