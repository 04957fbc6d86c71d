package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writeCSV writes a table as specified by RFC 4180: a header, fields named as in JSON, and
// lines that end in CR LF. Text that a spreadsheet would take for a formula is defused.
func writeCSV(w io.Writer, r result.Tabular, _ Options) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	columns, rows := r.Rows()
	if err := c.Write(columns); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = csvCell(v)
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// csvCell formats a value; see result.Tabular for its types. Messages are in English,
// because programs read the table.
func csvCell(v any) string {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && !p.IsNil() {
		v = p.Elem().Interface()
	} else if !p.IsValid() || p.Kind() == reflect.Pointer {
		return ""
	}
	switch x := v.(type) {
	case time.Time:
		return x.UTC().Format(time.RFC3339)
	case int:
		return strconv.Itoa(x) // the minus sign does not start a formula
	case int64:
		return strconv.FormatInt(x, 10)
	}
	return csvPlain(neutral.Line(fmt.Sprint(v)))
}
