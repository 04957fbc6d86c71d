package report

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/spcheck/spcheck/internal/result"
)

// ScanSource is a scan whose findings and inventory are read as they are
// written, since they may be millions. Scan holds everything else; its own lists
// of both are not looked at. The sequences can be read more than once.
type ScanSource struct {
	Scan      *result.Scan
	Findings  iter.Seq2[*result.Finding, error]
	Inventory iter.Seq2[*result.InventoryItem, error]
}

// sourceOf is a scan that lies in memory.
func sourceOf(s *result.Scan) *ScanSource {
	return &ScanSource{Scan: s, Findings: elements(s.Findings), Inventory: elements(s.Inventory)}
}

func elements[T any](list []T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for i := range list {
			if !yield(&list[i], nil) {
				return
			}
		}
	}
}

// NeedsInventory reports whether a format lists every credential rather than
// findings alone.
func NeedsInventory(format string) bool {
	return slices.Contains([]string{"json", "prometheus", "ics"}, format)
}

// scanWriters write scans, by format.
func scanWriters() map[string]func(io.Writer, *ScanSource, Options) error {
	return map[string]func(io.Writer, *ScanSource, Options) error{
		"text": writeScanText, "json": writeScanJSON, "ndjson": writeScanNDJSON, "csv": writeScanCSV,
		"prometheus": writeScanMetrics, "plugin": anyScan(writePlugin),
		"markdown": anyScan(writeMarkdown), "html": anyScan(writeHTML), "junit": anyScan(writeJUnit), "sarif": anyScan(writeSARIF),
		"github": anyScan(writeGitHub), "ics": anyScan(writeICS),
	}
}

// anyScan is a format that writes scans as it writes every result.
func anyScan(write func(io.Writer, any, Options) error) func(io.Writer, *ScanSource, Options) error {
	return func(w io.Writer, s *ScanSource, o Options) error { return write(w, s, o) }
}

func writeScan(w io.Writer, res any, format string, o Options) error {
	source, ok := res.(*ScanSource)
	write := scanWriters()[format]
	if !ok || write == nil {
		return fmt.Errorf("no scan is known as %s", format)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := write(out, source, o); err != nil {
		return err
	}
	return out.Flush()
}

// scanHead is a scan without its long lists.
type scanHead struct {
	result.Header
	Partial bool                `json:"partial"`
	Shard   string              `json:"shard,omitempty"`
	Tenants []result.ScanTenant `json:"tenants"`
	Totals  result.ScanTotals   `json:"totals"`
	Changes *result.ScanChanges `json:"changes"`
}

// writeScanJSON writes the head as all reports are written, and the long lists
// with an element a line.
func writeScanJSON(w io.Writer, s *ScanSource, o Options) error {
	var head bytes.Buffer
	if err := writeJSON(&head, &scanHead{s.Scan.Header, s.Scan.Partial, s.Scan.Shard, s.Scan.Tenants, s.Scan.Totals, s.Scan.Changes}, o); err != nil {
		return err
	}
	if _, err := w.Write(bytes.TrimSuffix(head.Bytes(), []byte("\n}\n"))); err != nil {
		return err
	}
	if err := writeList(w, "findings", s.Findings); err != nil {
		return err
	}
	if err := writeList(w, "inventory", s.Inventory); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n}\n")
	return err
}

func writeList[T any](w io.Writer, name string, list iter.Seq2[*T, error]) error {
	if _, err := fmt.Fprintf(w, ",\n  %q: [", name); err != nil {
		return err
	}
	between, end := "\n    ", "]"
	for item, err := range list {
		if err != nil {
			return err
		}
		line, err := oneLine(item)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", between, line); err != nil {
			return err
		}
		between, end = ",\n    ", "\n  ]"
	}
	_, err := io.WriteString(w, end)
	return err
}

// oneLine is a value as JSON on one line, harmless on a terminal.
func oneLine(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("report as JSON: %w", err)
	}
	return bytes.TrimSpace(escapeDangerous(b.Bytes())), nil
}

// writeScanNDJSON writes a finding a line, and the totals last. What the totals
// cannot tell, such as tenants that could not be read, stands beside them.
func writeScanNDJSON(w io.Writer, s *ScanSource, _ Options) error {
	for f, err := range s.Findings {
		if err != nil {
			return err
		}
		line, err := oneLine(f)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
			return err
		}
	}
	line, err := oneLine(normalise(&struct {
		Totals  result.ScanTotals   `json:"totals"`
		Status  result.Status       `json:"status"`
		Exit    int                 `json:"exitCode"`
		Partial bool                `json:"partial"`
		Tenants []result.ScanTenant `json:"tenants"`
	}{s.Scan.Totals, s.Scan.Status, s.Scan.ExitCode, s.Scan.Partial, s.Scan.Tenants}))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", line)
	return err
}

// writeScanCSV writes a line a finding, fields named as in JSON.
func writeScanCSV(w io.Writer, s *ScanSource, _ Options) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write([]string{
		"severity", "rule", "tenant", "displayName", "appId", "objectKind", "objectId", "keyId", "keyName", "kind",
		"startDateTime", "endDateTime", "daysLeft", "status",
	}); err != nil {
		return err
	}
	for f, err := range s.Findings {
		if err != nil {
			return err
		}
		cells := []string{
			csvWord(f.Severity), csvWord(f.Rule), csvText(&f.Tenant), csvText(f.DisplayName), csvText(f.AppID), csvWord(f.ObjectKind), csvText(&f.ObjectID),
			csvText(f.KeyID), csvText(f.KeyName), csvText(f.Kind), csvTime(f.StartDate), csvTime(f.EndDateTime), csvNumber(f.DaysLeft), csvWord(f.Status),
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// notForReports stands in the registry for a format that only scans have.
func notForReports(io.Writer, any, Options) error {
	return errors.New("only scans are written in this format")
}
