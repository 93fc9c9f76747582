// What a measurement wants to know of a run beside its time; nothing by default.

export interface Observer {
  readonly modelCalled: () => void;
  readonly toolStarted: () => void;
}

export const unobserved: Observer = { modelCalled: () => {}, toolStarted: () => {} };
