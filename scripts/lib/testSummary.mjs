/**
 * The last line of a test run, from vitest's JSON report. A file that could not even be loaded counts as one failure.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests?: number, testResults: { status: string,
 * assertionResults: { status: string }[] }[] }} report
 * @returns {{ passed: number, failed: number, skipped: number, line: string }}
 */
export function summarize(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + broken.length;
  return { passed, failed, skipped: report.numPendingTests ?? 0, line: `${passed} passed, ${failed} failed` };
}
