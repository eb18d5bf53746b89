// What the page says while it runs, in one place, ready for translation.

/** 0.9876 as "98.7 %"; rounded down, since nothing is ever 100 % sure. */
const percent = (share) => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;

export const texts = {
  ready: 'Ready. Nothing that you draw leaves this page.',
  nothingDrawn: 'Draw a digit first',
  notADigit: 'Not sure that is a digit',
  sure: (share) => `${percent(share)} sure`,
  /** One class and its probability, for the bars and the most likely three. */
  share: (label, share) => `${label}: ${percent(share)}`,
  /** What a screen reader hears after Predict. */
  answer: (label, confidence) => `${label}, ${confidence}`,
};
