/**
 * The catalogue of losses, which the engine has in English, in the language that the page speaks. What the page shows of
 * it is in `catalogue/<language>.json`, each text beside the English that it was made from: where the catalogue says
 * something else by now, its English is shown. Names of losses are the same in every language.
 */
import type { LossInfo } from "../engine/types";
import { spoken, type Locale } from "./locale";

interface Translation {
  of: string;
  is: string;
}

interface Words {
  /** By kind. */
  losses: Partial<Record<string, { summary: Translation; paper?: Translation }>>;
  /** What a parameter means, by its name: several things, in different losses. */
  parameters: Partial<Record<string, Translation[]>>;
  choices: Partial<Record<string, string>>;
}

const OTHERS: Record<Exclude<Locale, "en">, () => Promise<{ default: Words }>> = {
  de: () => import("./catalogue/de.json"),
  fr: () => import("./catalogue/fr.json"),
};

let words: Words = { losses: {}, parameters: {}, choices: {} };

export async function fetchCatalogue(language: Exclude<Locale, "en">): Promise<Words> {
  return (await OTHERS[language]()).default;
}

/** Before a catalogue is translated. */
export function takeCatalogue(fetched: Words): void {
  words = fetched;
}

function inWords(english: string, translation: Translation | undefined): string {
  if (spoken === "pseudo") return `⟦${english}⟧`;
  return translation?.of === english ? translation.is : english;
}

/** The catalogue as the page shows it. */
export function translated(catalogue: LossInfo[]): LossInfo[] {
  return catalogue.map((info) => ({
    ...info,
    summary: inWords(info.summary, words.losses[info.kind]?.summary),
    paper: inWords(info.paper, words.losses[info.kind]?.paper),
    parameters: info.parameters.map((parameter) => {
      const meanings = words.parameters[parameter.name] ?? [];
      return {
        ...parameter,
        meaning: inWords(
          parameter.meaning,
          meanings.find(({ of }) => of === parameter.meaning),
        ),
        choices: parameter.choices.map((choice) =>
          inWords(choice, { of: choice, is: words.choices[choice] ?? choice }),
        ),
      };
    }),
  }));
}
