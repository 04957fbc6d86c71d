package lazyregexp

import (
	"sync"
	"testing"
)

func TestCompiledOnceForAll(t *testing.T) {
	r := New(`(a+)b`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if m := r().FindStringSubmatch("xaab"); len(m) != 2 || m[1] != "aa" {
				t.Errorf("%q", m)
			}
		})
	}
	wg.Wait()
	if r() != r() {
		t.Error("it is compiled again and again")
	}
}
