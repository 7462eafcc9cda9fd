/** The order of the documentation. A document that is not named here comes last, so that none is out of reach. */

export interface Group {
  title: string;
  /** Paths below `docs`. */
  documents: string[];
}

const GROUPS: Group[] = [
  {
    title: "Begin",
    documents: ["README.md", "for-teachers.md", "for-students.md", "for-researchers.md", "for-engineers.md"],
  },
  {
    title: "Use",
    documents: [
      "lessons.md",
      "data.md",
      "losses.md",
      "metrics.md",
      "study.md",
      "weights.md",
      "embed.md",
      "translating.md",
    ],
  },
  {
    title: "Measured",
    documents: [
      "study/paper-comparison.md",
      "study/real-sets.md",
      "lessons/claims.md",
      "performance.md",
      "losses-speed.md",
      "conformance.md",
    ],
  },
];

/** All groups with the documents that are there. */
export function contents(there: readonly string[]): Group[] {
  const named = new Set(GROUPS.flatMap(({ documents }) => documents));
  const more = { title: "More", documents: there.filter((path) => !named.has(path)).sort() };
  return [...GROUPS, more]
    .map(({ title, documents }) => ({ title, documents: documents.filter((path) => there.includes(path)) }))
    .filter(({ documents }) => documents.length > 0);
}
