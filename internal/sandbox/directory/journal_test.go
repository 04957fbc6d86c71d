package directory

import (
	"testing"
	"time"
)

func TestJournalIsBounded(t *testing.T) {
	var j Journal
	at := time.Unix(0, 0)
	for i := range mostChanges + 10 {
		j.note(Change{At: at.Add(time.Duration(i) * time.Second), ID: "x"})
	}
	if len(j.Entries) > mostChanges {
		t.Errorf("the journal holds %d entries", len(j.Entries))
	}
	if _, ok := j.Between(0, j.End()); ok {
		t.Error("what was dropped is said to be there")
	}
	last := j.End() - 1
	if c, ok := j.Between(last, j.End()); !ok || len(c) != 1 || !c[0].At.Equal(at.Add((mostChanges+9)*time.Second)) {
		t.Errorf("the last change is %v, %v", c, ok)
	}
	if got := j.Heard(at.Add((mostChanges + 5) * time.Second)); got != mostChanges+6 {
		t.Errorf("a replica has heard of all before %d", got)
	}
}
