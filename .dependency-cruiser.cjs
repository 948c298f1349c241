/** Which folder may import which: dependencies run one way, and the core touches neither clock nor I/O. */

/** @param {string} from @param {string[]} allowed folders or files, as regular expressions from the root */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(lab|server|reports)/', pathNot: [from, ...allowed] },
});

const errors = '^lab/errors\\.ts$';
const packageRoot = '^lab/package-root\\.ts$';
const makeFolders = '^lab/make-folders\\.ts$';
/** The result document and the waterfall: plain shapes every report reads. */
const results = '^lab/run/results\\.ts$';
/** Of a bare transfer: its record, the arithmetic on it, and what a comparison with measured ones comes to. */
const transferRecord = '^lab/transfer/(transfer|milestones|kernel-comparison)\\.ts$';
const waterfall = '^lab/trace/(waterfall|push-outcome|path-of)\\.ts$';
/** What exports are made of besides: plain shapes again. */
const inspection = '^lab/inspect/inspection\\.ts$';
const evidence = '^lab/(trace/browser-evidence|emulator/wire-capture|browser/trace-event)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('network', '^lab/network/', []),
    only('stats', '^lab/stats/', ['^lab/network/random\\.ts$']),
    only('input', '^lab/input/', ['^lab/network/units\\.ts$', errors]),
    only('server', '^server/', ['^lab/network/', '^lab/input/', errors, packageRoot]),
    only('emulator', '^lab/emulator/', ['^lab/network/', '^server/', errors]),
    only('browser', '^lab/browser/', [
      '^lab/trace/browser-evidence\\.ts$',
      waterfall,
      errors,
      packageRoot,
      makeFolders,
    ]),
    only('inspect', '^lab/inspect/', [
      '^lab/browser/(from-netlog|netlog-event|trace-event|untyped)\\.ts$',
      '^lab/trace/',
      '^lab/input/',
      errors,
    ]),
    only('film', '^lab/film/', []),
    only('trace', '^lab/trace/', ['^lab/network/', '^lab/emulator/evidence\\.ts$']),
    only('scenario', '^lab/scenario/', [
      '^lab/network/',
      '^lab/input/',
      '^lab/browser/catalog\\.ts$',
      '^server/(site|strategies|link)/',
      '^server/scheduler/record-size\\.ts$',
      '^server/(server-task|limits)\\.ts$',
      results,
      errors,
      packageRoot,
    ]),
    only('transfer', '^lab/transfer/', [
      '^lab/(network|emulator|input)/',
      '^lab/scenario/network-schema\\.ts$',
      errors,
    ]),
    only('serve', '^lab/serve/', ['^lab/(network|emulator|scenario|input)/', '^server/', errors]),
    only('calibrate', '^lab/calibrate/', ['^lab/(network|emulator|transfer|stats)/', errors]),
    only('run', '^lab/run/', [
      '^lab/(network|emulator|browser|trace|scenario|stats|calibrate|film)/',
      '^server/',
      errors,
      packageRoot,
      makeFolders,
    ]),
    only('export', '^lab/export/', [
      '^lab/run/(results|read-results|read-evidence)\\.ts$',
      '^lab/trace/',
      '^lab/emulator/evidence\\.ts$',
      '^lab/input/',
      '^reports/',
      evidence,
      errors,
      makeFolders,
    ]),
    only('reports', '^reports/', [
      '^lab/network/',
      results,
      waterfall,
      evidence,
      transferRecord,
      inspection,
      errors,
      packageRoot,
    ]),
    {
      name: 'pure-core',
      comment: 'the model, the statistics, the strategies and the scheduler do no I/O',
      severity: 'error',
      from: { path: '^(lab/(network|stats)|server/(strategies|scheduler))/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-code',
      severity: 'error',
      from: { path: '^(lab|server|reports)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
