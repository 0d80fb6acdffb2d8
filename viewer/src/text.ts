// Text broken into lines without asking a page how wide it is.
import { getWidth } from "zrender/lib/contain/text.js";
import { FONTS } from "./palette";

const BOLD = 1.07; // is so much wider

const BEFORE_A_UNIT = /(\d)\s+(?=%|(?:[kMBT]|USD|MW|GW|H100e|cents)(?![\w-]))/g;
const UNBROKEN = "\u00a0";

export function widthOf(text: string, size: number, isBold = false): number {
  return getWidth(text, `${size}px ${FONTS}`) * (isBold ? BOLD : 1);
}

/** Lines of at most `width`, of much the same length, at most `most` of them; what does not fit ends in an ellipsis. */
export function wrap(text: string, width: number, size: number, most: number, isBold = false): string[] {
  let lines = broken(text, width, size, isBold);
  for (let narrower = width; lines.length > 1 && lines.length <= most; narrower -= 10) {
    const balanced = broken(text, narrower, size, isBold);
    if (balanced.length > lines.length) break;
    lines = balanced;
  }
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] += " …";
  return kept.map((each) => shortened(each, width, size, isBold));
}

function broken(text: string, width: number, size: number, isBold: boolean): string[] {
  const fits = (line: string): boolean => widthOf(line, size, isBold) <= width;
  const lines: string[] = [];
  let line = "";
  // A number and its unit are one word.
  for (const word of text.replace(BEFORE_A_UNIT, `$1${UNBROKEN}`).split(/[^\S\u00a0]+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (fits(longer) || !line) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line) lines.push(line);
  return lines.map((each) => each.replaceAll(UNBROKEN, " "));
}

/** As much of it as fits. */
export function shortened(text: string, width: number, size: number, isBold = false): string {
  if (widthOf(text, size, isBold) <= width) return text;
  const letters = [...text];
  let [fits, fails] = [0, letters.length];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (widthOf(`${letters.slice(0, middle).join("")}…`, size, isBold) <= width) fits = middle;
    else fails = middle;
  }
  return `${letters.slice(0, fits).join("")}…`;
}
