// What the page says while it runs, in one place, ready for translation.

/** 0.9876 as "98.7 %"; rounded down, since nothing is ever 100 % sure. */
const percent = (share) => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;

export const texts = {
  ready: 'Ready. Nothing that you draw leaves this page.',
  nothingDrawn: 'Draw a digit first',
  notADigit: 'Not sure that is a digit',
  notAllDigits: 'Not sure of every digit',
  sure: (share) => `${percent(share)} sure`,
  /** One class and its probability, for the bars and the most likely three. */
  share: (label, share) => `${label}: ${percent(share)}`,
  /** The most likely classes of a number's least sure digit. */
  leastSure: (likely) => `Least sure: ${likely}`,
  /** The confidence at a digit's frame: as short as can be. */
  frame: (confidence) => `${Math.floor(confidence * 100)} %`,
  /** What a screen reader hears after Predict. */
  answer: (text, confidence) => `${text}, ${confidence}`,
};
