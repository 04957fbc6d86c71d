package browser

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// limit is what the page may weigh on its way, compressed, in bytes.
const limit = 3 << 20

// makePage makes the page, once, since it is compiled.
var makePage = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(folder, "index.html")
	cmd := exec.Command("go", "run", "./page", path)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// explainPage returns the address of the page.
func explainPage(t *testing.T) string {
	t.Helper()
	path, err := makePage()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(page); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("the page has %d KB, %d compressed", len(page)>>10, packed.Len()>>10)
	if packed.Len() > limit {
		t.Errorf("the page has %d bytes compressed", packed.Len())
	}
	return "file://" + filepath.ToSlash(path)
}

// cut takes the network away.
func cut() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}}})
		return err
	})
}

// until waits for an expression to be true.
func until(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	for !ask[bool](ctx, t, expression) {
		if ctx.Err() != nil {
			t.Fatalf("never true: %s\n%s", expression, ctx.Err())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// paste puts a text into the page as a person does, and waits for the answer.
func paste(ctx context.Context, t *testing.T, text string) string {
	t.Helper()
	do(ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.getElementById("answer").replaceChildren(); document.getElementById("text").value = ` + strconv.QuoteToASCII(text) + `; document.getElementById("form").requestSubmit()`})
		return err
	}))
	until(ctx, t, `document.getElementById("answer").children.length > 0`)
	return ask[string](ctx, t, `document.getElementById("answer").innerText`)
}

// A person without a network pastes what the product says, and reads why. What is
// pasted is shown as text, whatever it is.
func TestExplainPage(t *testing.T) {
	t.Parallel()
	address := explainPage(t)
	ctx := browser(t)
	var seen events
	if err := chromedp.Listen(ctx, seen.note); err != nil {
		t.Fatal(err)
	}
	do(ctx, t, command(network.Enable, network.EnableParams{}), command(cdplog.Enable, cdp.Empty{}),
		cut(), chromedp.Navigate(address))
	until(ctx, t, `!document.getElementById("go").disabled`)
	t.Logf("usable after %v ms", ask[float64](ctx, t, `Math.round(performance.now())`))

	if got := paste(ctx, t, "Requesting Microsoft Graph API token failed: AADSTS7000222: The provided client secret keys are expired."); !strings.Contains(got, "AADSTS7000222") || !strings.Contains(got, "The client secret has expired.") {
		t.Errorf("%s", got)
	}
	if got := paste(ctx, t, `<img src=x onerror="document.title='owned'"> AADSTS700016: <script>document.title="owned"</script>`); !strings.Contains(got, "AADSTS700016") {
		t.Errorf("%s", got)
	}
	if got := paste(ctx, t, strings.Repeat("2026-11-27 12:00:00 nothing to see here\n", 20_000)+"AADSTS7000215: Invalid client secret provided."); got == "" {
		t.Error("no answer to a long text")
	}
	do(ctx, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.getElementById("language").value = "de"; document.getElementById("language").dispatchEvent(new Event("change"))`})
		return err
	}))
	if got := paste(ctx, t, "AADSTS7000222"); !strings.Contains(got, "abgelaufen") || ask[string](ctx, t, "document.documentElement.lang") != "de" {
		t.Errorf("%s", got)
	}
	if title := ask[string](ctx, t, "document.title"); strings.Contains(title, "owned") {
		t.Error("a pasted script ran")
	}
	requests, complaints := seen.take()
	for _, r := range requests {
		if r != address && !strings.HasPrefix(r, "blob:") {
			t.Errorf("the page asked for %s", r)
		}
	}
	if len(complaints) > 0 {
		t.Errorf("the browser complained: %q", complaints)
	}
}

// Every control has a name for a screen reader, can be reached by keyboard, and
// nothing is cut on a phone.
func TestExplainPageForEverybody(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	do(ctx, t, chromedp.Navigate(explainPage(t)))
	until(ctx, t, `!document.getElementById("go").disabled`)
	paste(ctx, t, "AADSTS7000222: "+strings.Repeat("x", 300))
	unnamed := ask[string](ctx, t, `Array.from(document.querySelectorAll("button, select, textarea")).filter(e => !(e.labels?.[0]?.textContent || e.textContent).trim() || e.tabIndex < 0).map(e => e.id).join(" ")`)
	if unnamed != "" {
		t.Errorf("without a name, or out of reach: %s", unnamed)
	}
	if got := ask[string](ctx, t, `[document.getElementById("state").getAttribute("role"), document.getElementById("answer").getAttribute("aria-live")].join(" ")`); got != "status polite" {
		t.Errorf("an answer is not announced: %s", got)
	}
	for _, width := range []int64{320, 1200} {
		do(ctx, t, chromedp.EmulateViewport(width, 800))
		if wide := ask[bool](ctx, t, `document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide {
			t.Errorf("%d pixels are too narrow", width)
		}
	}
}
