import { figuresOf } from "./processes.ts";

export interface ProcessSamples {
  /** At the beginning, then each interval, then at the end. */
  readonly residentMb: readonly number[];
  /** What a straight line through the second half's samples rises by, as a share of their mean. */
  readonly growthInSecondHalf: number;
  /** Of one core, over the whole time. */
  readonly cpuShare: number;
}

/** Looks at a process's memory at an interval until told to stop. */
export function followProcess(pid: number, everyMs: number): { stop(): ProcessSamples } {
  const begun = performance.now();
  const first = figuresOf(pid);
  const samples = [{ at: 0, residentMb: first.residentMb }];
  const look = (): void => {
    samples.push({ at: performance.now() - begun, residentMb: figuresOf(pid).residentMb });
  };
  // Finer than what is printed, so that the line does not hang on where a collection fell.
  const timer = setInterval(look, everyMs / FINER);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      const lasted = performance.now() - begun;
      return {
        residentMb: samples.filter((_, index) => index % FINER === 0).map((sample) => sample.residentMb),
        growthInSecondHalf: growthOf(samples.filter(({ at }) => at >= lasted / 2)),
        cpuShare: (figuresOf(pid).cpuSeconds - first.cpuSeconds) / (lasted / 1000),
      };
    },
  };
}

const FINER = 10;

/** Least squares. */
function growthOf(samples: readonly { readonly at: number; readonly residentMb: number }[]): number {
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = meanOf(samples.map(({ at }) => at));
  const meanMb = meanOf(samples.map(({ residentMb }) => residentMb));
  let covariance = 0;
  let variance = 0;
  for (const { at, residentMb } of samples) {
    covariance += (at - meanAt) * (residentMb - meanMb);
    variance += (at - meanAt) ** 2;
  }
  const [from, to] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  return variance === 0 ? 0 : ((covariance / variance) * (to - from)) / meanMb;
}
