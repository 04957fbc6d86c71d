package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/transport"
)

// batchParts is the maximum number of requests in a batch (Graph documentation of JSON
// batching).
const batchParts = 20

// batchTries is how often a throttled part is requested. Graph throttles each part
// separately, and no lower layer repeats it.
const batchTries = 4

// batchesAtOnce is the number of batches in parallel.
const batchesAtOnce = 4

// eachPart reads something of many objects in batches. visit is called once per ID,
// never concurrently.
func eachPart[T any](ctx context.Context, c *Client, ids []string, path func(id string) string,
	read func(id string, o wire.Item) (T, error), visit func(id string, v T, err error),
) {
	var one sync.Mutex
	var g errgroup.Group
	g.SetLimit(batchesAtOnce)
	for some := range slices.Chunk(ids, batchParts) {
		g.Go(func() error {
			paths := make([]string, len(some))
			for i, id := range some {
				paths[i] = path(id)
			}
			told := make([]bool, len(some))
			tell := func(i int, o wire.Item, err error) {
				var v T
				if err == nil {
					v, err = read(some[i], o)
				}
				one.Lock()
				defer one.Unlock()
				told[i] = true
				visit(some[i], v, need(err, NeedApplications))
			}
			err := c.batch(ctx, paths, tell)
			for i := range some {
				if !told[i] {
					tell(i, nil, err)
				}
			}
			return nil
		})
	}
	_ = g.Wait()
}

// batch reads several objects with one request. paths are relative to the version.
// visit is called once for each path, in any order, with the object or an error. If
// batch returns an error, the remaining objects could not be requested.
func (c *Client) batch(ctx context.Context, paths []string, visit func(i int, o wire.Item, err error)) error {
	return c.batchAnswers(ctx, paths, func(i int, a *batchAnswer) {
		switch {
		case a == nil:
			visit(i, nil, c.incomplete())
		case a.status != http.StatusOK:
			visit(i, nil, a.refusal())
		default:
			visit(i, a.item(), nil)
		}
	})
}

// batchAnswers requests several paths as batch does. visit gets the answer as it is, or nil
// if there was none for a path. Throttled parts are requested again after the pause that
// Graph asked for, which applies to all requests of the client.
func (c *Client) batchAnswers(ctx context.Context, paths []string, visit func(i int, a *batchAnswer)) error {
	open := make([]int, len(paths))
	for i := range open {
		open[i] = i
	}
	for try := 1; len(open) > 0; try++ {
		answers, err := c.sendBatch(ctx, paths, open)
		if err != nil {
			return err
		}
		var again []int
		var pause transport.Wait
		for _, i := range open {
			a, ok := answers[i]
			switch {
			case !ok:
				visit(i, nil)
			case a.busy() && try < batchTries && fits(ctx, a.wait(try)):
				again = append(again, i)
				if w := a.wait(try); w > pause.For {
					pause = transport.Wait{Status: a.status, For: w, Asked: a.retry > 0}
				}
			default:
				visit(i, &a)
			}
		}
		if open = again; len(open) > 0 {
			c.note(pause)
			if err := c.sleep(ctx, pause.For); err != nil {
				return c.explain(err)
			}
		}
	}
	return nil
}

// longestPause is the longest pause to accept, as for single requests.
const longestPause = 2 * time.Minute

// fits reports whether a pause is acceptable and ends before the deadline. Otherwise what
// Graph answered counts: it must not be asked earlier, and later is too late.
func fits(ctx context.Context, wait time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	return wait <= longestPause && (!bounded || time.Until(deadline) > wait)
}

// batchAnswer is the answer to one part.
type batchAnswer struct {
	status int
	retry  time.Duration
	body   json.RawMessage
}

func (c *Client) sendBatch(ctx context.Context, paths []string, open []int) (map[int]batchAnswer, error) {
	type part struct {
		ID     string `json:"id"`
		Method string `json:"method"`
		URL    string `json:"url"`
	}
	var parts []part
	for _, i := range open {
		parts = append(parts, part{strconv.Itoa(i), http.MethodGet, paths[i]})
	}
	o, err := c.write(ctx, abs.POST, at("$batch"), map[string]any{"requests": parts})
	if err != nil {
		return nil, err
	}
	answers := map[int]batchAnswer{}
	for _, r := range o.Objects("responses") {
		if i, err := strconv.Atoi(r.Text("id")); err == nil {
			asked := http.Header{"Retry-After": {r.Object("headers").Text("Retry-After")}}
			retry, _ := transport.RetryAfter(asked, time.Now())
			answers[i] = batchAnswer{r.Number("status"), retry, r["body"]}
		}
	}
	return answers, nil
}

// item returns the object in the answer, or nil if it is no object.
func (a batchAnswer) item() wire.Item {
	var o wire.Item
	_ = json.Unmarshal(a.body, &o)
	return o
}

// busy reports whether the part may succeed later.
func (a batchAnswer) busy() bool {
	switch a.status {
	case http.StatusTooManyRequests, http.StatusFailedDependency, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// wait returns the pause that Graph requested. Without one, the pause grows with each try.
func (a batchAnswer) wait(try int) time.Duration {
	return cmp.Or(a.retry, time.Duration(try)*time.Second)
}

func (a batchAnswer) refusal() error {
	r, _ := wire.RefusalOf(a.item())
	return &Error{Status: a.status, RetryAfter: a.retry, Code: r.Code, Message: r.Message, RequestID: r.RequestID, Details: r.Details}
}
