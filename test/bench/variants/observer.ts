// Observes a run for a measurement that needs more than its time; does nothing by default.

export interface Observer {
  readonly modelCalled: () => void;
  readonly toolStarted: () => void;
}

export const unobserved: Observer = { modelCalled: () => {}, toolStarted: () => {} };
