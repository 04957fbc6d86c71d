package main

import (
	"bufio"
	"bytes"
	"io"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/bundle"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/secrets"
)

func newRenderCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "render REPORT… -o FORMAT",
		Short: "Convert a saved JSON report to another format, or merge the parts of a scan",
		Long: `Read a report that was saved with -o json, or the report in a support bundle (see
diagnose --bundle), and write it in another format. - reads standard input. No
service is contacted.

Several scan reports, such as the parts made with --shard, are merged into one. The
exit code is that of the report, subject to --fail-on.`,
		Example: `  spcheck render report.json
  spcheck render report.json -o csv
  spcheck render support.zip -v
  spcheck render part-*.json -o json > whole.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fail.Usage(msg.New("no report was given"), msg.New("give a file that was saved with -o json: %s", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.render(cmd, args) },
	}
	addSettings(cmd, config.Judgement, config.Reporting)
	cmd.Flags().String("config", "", "config `file`")
	addTextFlags(cmd)
	addGroupFlag(cmd)
	return cmd
}

func (a *app) render(cmd *cobra.Command, paths []string) error {
	settings, err := config.Resolve(given(cmd), a.env)
	if err != nil {
		return err
	}
	var all []result.Report
	for _, path := range paths {
		res, err := a.readSaved(path)
		if err != nil {
			return err
		}
		all = append(all, res)
	}
	out, err := a.reporting(all[len(all)-1], settings, cmd)
	if err != nil {
		return err
	}
	if _, scanned := all[0].(*result.Scan); scanned || len(paths) > 1 {
		return out.renderScan(paths, all)
	}
	return out.write(all[0])
}

// renderScan writes one scan, or the merged parts of one.
func (r *reporting) renderScan(paths []string, all []result.Report) error {
	scans, err := mergeable(paths, all)
	if err != nil {
		return err
	}
	whole := scans[0]
	if len(scans) > 1 {
		if whole, err = scan.Merge(scans); err != nil {
			return err
		}
	}
	if whole.Error == nil {
		whole.ExitCode = scan.ExitCode(whole, r.failOn)
	}
	whole.Rules = ruleTexts()
	return r.writeTo("", whole)
}

// savedIn reads a saved report, or the report in a support bundle.
func savedIn(in io.Reader) (result.Report, error) {
	text := bufio.NewReader(in)
	if begin, _ := text.Peek(4); !bundle.Is(begin) {
		return report.ReadSaved(text)
	}
	data, err := bundle.Report(text)
	if err != nil {
		return nil, err
	}
	return report.ReadSaved(bytes.NewReader(data))
}

func (a *app) readSaved(path string) (result.Report, error) {
	in := io.NopCloser(a.in)
	if path != secrets.Stdin {
		f, err := a.open(path)
		if err != nil {
			return nil, fail.Usage(msg.New("the report %s cannot be opened: %s", path, msg.OfSystem(err)), msg.New("give a file that was saved with -o json"))
		}
		in = f
	}
	defer in.Close()
	res, err := savedIn(in)
	if err != nil {
		return nil, fail.Usage(msg.New("%s: %s", path, err), msg.New("give a file that was saved with -o json"))
	}
	return res, nil
}

// mergeable returns the scans of several saved reports, or an error that names the
// first report that is not a scan.
func mergeable(paths []string, all []result.Report) ([]*result.Scan, error) {
	var scans []*result.Scan
	for i, res := range all {
		s, ok := res.(*result.Scan)
		if !ok {
			return nil, fail.Usage(msg.New("%s is not a scan report", paths[i]), msg.New("only scan reports can be merged; render other reports one at a time"))
		}
		scans = append(scans, s)
	}
	return scans, nil
}
