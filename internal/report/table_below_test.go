package report

import (
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// A sentence that does not fit a narrow column is shown on a line below its row.
func TestASentenceIsBelowItsRowWhereTheTableIsNarrow(t *testing.T) {
	const why = "the application is privileged: Application.ReadWrite.All"
	table := &result.Table{
		Columns: []result.Column{{Title: msg.New("name")}, {Title: msg.New("reason"), Spare: 1, Wraps: true, Below: true}},
		Rows:    [][]result.Cell{{{Text: msg.Literal(strings.Repeat("n", 40))}, {Text: msg.Literal(why)}}},
	}
	for width, below := range map[int]bool{80: true, 120: false} {
		p := &page{Options: Options{Width: width}}
		p.table(table)
		if got := p.b.String(); strings.Contains(got, ": "+why) != below || strings.Contains(got, "REASON") == below {
			t.Errorf("%d columns:\n%s", width, got)
		}
	}
}
