package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writeCSV writes a table by RFC 4180: a header, fields named as in JSON, lines
// that end in CR LF. Text that a spreadsheet would take for a formula is defused.
func writeCSV(w io.Writer, r result.Tabular, _ Options) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(r.Columns()); err != nil {
		return err
	}
	for line, err := range r.Lines() {
		if err != nil {
			return err
		}
		cells := make([]string, len(line))
		for i, v := range line {
			cells[i] = csvCell(v)
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// csvCell is a value of a line. Sentences are English: a table is read by
// programs.
func csvCell(v any) string {
	switch x := v.(type) {
	case string:
		return csvPlain(neutral.Line(x))
	case *string:
		if x != nil {
			return csvCell(*x)
		}
	case msg.Text:
		return csvCell(x.String())
	case time.Time:
		return x.UTC().Format(time.RFC3339)
	case *time.Time:
		if x != nil {
			return csvCell(*x)
		}
	case int:
		return strconv.Itoa(x)
	case *int:
		if x != nil {
			return strconv.Itoa(*x)
		}
	case *int64:
		if x != nil {
			return strconv.FormatInt(*x, 10)
		}
	case *bool:
		if x != nil {
			return strconv.FormatBool(*x)
		}
	}
	return ""
}
