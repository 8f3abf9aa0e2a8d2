/** How a check is written: `export default defineCheck({ … })`, one file each. Nothing lists these files. */
import type { Finding } from '../../core/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import type { TypedQuery } from '../../facts/fact.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { AnyCheck, FindingKinds, Place } from './check.ts';
import type { Subjects } from './subjects.ts';

/** The fields that the sentences of a kind need; unknown where they need none. */
export type FieldsOf<Kind> = Kind extends {
  readonly say: (fields: infer Fields) => string;
  readonly fix: (fields: infer Fields) => string;
}
  ? Fields
  : never;

/** Makes findings of one check about one host. */
export type Report<Kinds extends FindingKinds> = <Code extends keyof Kinds & string>(
  code: Code,
  ...fields: unknown extends FieldsOf<Kinds[Code]> ? [] : [FieldsOf<Kinds[Code]>]
) => Finding;

type Queries = Readonly<Record<string, TypedQuery<unknown>>>;

type Answers<Asked extends Queries> = {
  readonly [Name in keyof Asked]: Asked[Name] extends TypedQuery<infer Answer> ? Answer : never;
};

interface Check<On extends Place, Kinds extends FindingKinds, Asked extends Queries> extends Pick<
  AnyCheck,
  'name' | 'about'
> {
  readonly on: On;
  readonly findings: Kinds;
  /** Named queries; `judge` gets the answers of the host that it looks at by the same names. */
  readonly queries?: (host: Host, inventory: Inventory) => Asked;
  /**
   * Decides what there is to say. Pure. `report` makes a finding about the host that is looked at; a check that looks at
   * the whole pool first says about which host: `report(host)('code', fields)`.
   */
  readonly judge: (
    subject: Subjects[On] & { readonly answers: Answers<Asked> },
    report: On extends 'pool' | 'outcome' ? (host: string) => Report<Kinds> : Report<Kinds>,
  ) => readonly Finding[];
}

/**
 * Makes a check. The types of fields, answers and of what `judge` gets follow from the other parts.
 *
 * @typeParam On what the check looks at
 * @typeParam Kinds what it can find
 * @typeParam Asked what it must know beside what is read of every host
 */
export function defineCheck<
  const On extends Place,
  const Kinds extends FindingKinds,
  Asked extends Queries = Readonly<Record<string, never>>,
>({ name, about, on, findings, queries, judge }: Check<On, Kinds, Asked>): AnyCheck {
  const reportOn =
    (host: string) =>
    (code: string, fields: JsonObject = {}): Finding => {
      const kind = findings[code];
      if (kind === undefined) throw new Error(`check ${name} has no finding ${code}`);
      // sound because `Report` takes for each code just the fields of its kind
      const { severity, say, fix } = kind as unknown as FindingKind;
      return { host, check: name, code, severity, fields, finding: say(fields), remedy: fix(fields) };
    };
  return {
    name,
    about,
    on,
    findings,
    queries: (host, inventory) => Object.values(queries?.(host, inventory) ?? {}),
    judge: (subject: Subjects[On]) => {
      const node = 'node' in subject ? subject.node : undefined;
      const asked =
        node !== undefined && 'pool' in subject ? queries?.(node.host, subject.pool.inventory) : undefined;
      const answers = Object.entries<TypedQuery<unknown>>(asked ?? {}).map(([key, query]) => [
        key,
        node?.read(query),
      ]);
      const report: unknown = node === undefined ? reportOn : reportOn(node.host.name);
      return judge(
        { ...subject, answers: Object.fromEntries(answers) as Answers<Asked> },
        report as Parameters<typeof judge>[1],
      );
    },
  };
}

interface FindingKind {
  readonly severity: Finding['severity'];
  readonly say: (fields: JsonObject) => string;
  readonly fix: (fields: JsonObject) => string;
}
