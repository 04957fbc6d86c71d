package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// A new format needs only a function and an entry. It applies to all reports that
// implement its interface, and is refused for the others.
func TestMadeUpFormat(t *testing.T) {
	calendarless := of("days", func(w io.Writer, r result.Dated, _ Options) error {
		for e, err := range r.Expiries() {
			if err != nil {
				return err
			}
			fmt.Fprintln(w, e.Name)
		}
		return nil
	}, 0)
	anything := of("kind", func(w io.Writer, r result.Report, _ Options) error {
		_, err := fmt.Fprint(w, r.Kind())
		return err
	}, 0)
	list := append(registry(), calendarless, anything)
	for _, r := range result.Reports() {
		var out bytes.Buffer
		f, err := list.find("kind", r)
		if err != nil || f.write(&out, r, Options{}) != nil || out.String() != string(r.Kind()) {
			t.Errorf("%s: %v, %q", r.Kind(), err, out.String())
		}
		_, dated := r.(result.Dated)
		f, err = list.find("days", r)
		var refused *fail.Error
		switch {
		case dated && (err != nil || f.write(&out, r, Options{}) != nil):
			t.Errorf("%s has dates, and is refused: %v", r.Kind(), err)
		case !dated && (!errors.As(err, &refused) || strings.Contains(refused.Hints[0].String(), "days")):
			t.Errorf("%s has no dates: %v", r.Kind(), err)
		}
	}
}

// Every format that applies to a report can write it, even if it is empty or failed.
// Otherwise a command would do its work and then fail.
func TestEveryOfferedFormatWrites(t *testing.T) {
	for _, r := range result.Reports() {
		for _, name := range Formats(r) {
			r := schematest.Empty(r.Kind())
			if err := Write(io.Discard, name, r, Options{}); err != nil {
				t.Errorf("%s as %s: %v", r.Kind(), name, err)
			}
		}
	}
}
