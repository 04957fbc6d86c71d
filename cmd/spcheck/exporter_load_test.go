package main

import (
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// crowd is how many scrapers ask at the same time, and rounds how often.
const (
	crowd  = 1000
	rounds = 3
)

// TestExporterUnderACrowd lets a thousand scrapers ask at once: each is answered,
// and the memory stays what it was.
func TestExporterUnderACrowd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a thousand connections")
	}
	address, _ := exporting(t, serve(t, "mailstore"), nil, "--reader", "environment")
	awaitMetrics(t, address)
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: crowd, MaxConnsPerHost: crowd}}
	defer client.CloseIdleConnections()
	var memory [rounds]float64
	for i := range memory {
		if n := scrapeAll(client, address); n != crowd {
			t.Fatalf("round %d: %d of %d scrapers were answered", i+1, n, crowd)
		}
		memory[i] = residentMB(t, address)
	}
	t.Logf("resident memory after each round: %.0f MB", memory)
	// The first round opens the connections; after it, nothing may grow.
	if memory[rounds-1] > memory[0]*1.25+16 {
		t.Errorf("the memory grows: %.0f MB", memory)
	}
	figure(t, "Scrapers at once, each answered, per round", crowd)
	figure(t, "Exporter's memory after the first round (MB)", int64(memory[0]))
	figure(t, "Exporter's memory after the last round (MB)", int64(memory[rounds-1]))
}

func awaitMetrics(t *testing.T, address string) {
	t.Helper()
	for range 300 {
		if status, _ := get(t, "http://"+address+"/-/ready"); status == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the first scan does not end")
}

// scrapeAll returns how many scrapers got the metrics.
func scrapeAll(client *http.Client, address string) int64 {
	var wg sync.WaitGroup
	var whole atomic.Int64
	for range crowd {
		wg.Go(func() {
			resp, err := client.Get("http://" + address + "/metrics")
			if err != nil {
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(body), "spcheck_build_info") {
				whole.Add(1)
			}
		})
	}
	wg.Wait()
	return whole.Load()
}

var residentMemory = regexp.MustCompile(`(?m)^process_resident_memory_bytes (\S+)$`)

func residentMB(t *testing.T, address string) float64 {
	t.Helper()
	_, body := get(t, "http://"+address+"/metrics")
	m := residentMemory.FindStringSubmatch(body)
	if m == nil {
		t.Skip("this system does not tell the memory of a process")
	}
	bytes, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return bytes / (1 << 20)
}

// TestExporterRefusesForeignHosts: a page in a browser must not read the metrics
// by a name of its own that leads to this machine.
func TestExporterRefusesForeignHosts(t *testing.T) {
	t.Parallel()
	address, _ := exporting(t, serve(t, "mailstore"), nil, "--reader", "environment")
	for host, want := range map[string]int{"": 200, "localhost": 200, "LOCALHOST:9717": 200, "127.0.0.1": 200, "[::1]:9717": 200,
		"evil.example": 421, "evil.example:9717": 421, "127.0.0.1.evil.example": 421, "169.254.169.254": 421} {
		r, err := http.NewRequest(http.MethodGet, "http://"+address+"/-/healthy", nil)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %q: status %d, want %d", host, resp.StatusCode, want)
		}
	}
}

// slow is how many connections stall, in each of the ways that there are.
const slow = 150

// TestExporterBesideSlowReaders: who sends half of a request, or asks and does not
// read, keeps nobody else waiting.
func TestExporterBesideSlowReaders(t *testing.T) {
	t.Parallel()
	address, _ := exporting(t, serve(t, "mailstore"), nil, "--reader", "environment")
	awaitMetrics(t, address)
	for _, begun := range []string{"", "GET /met", "GET /metrics HTTP/1.1\r\nHost: " + address + "\r\nX-Slow: ", "GET /metrics HTTP/1.1\r\nHost: " + address + "\r\n\r\n"} {
		for range slow {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := io.WriteString(c, begun); err != nil {
				t.Fatal(err)
			}
		}
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	for range 20 {
		resp, err := client.Get("http://" + address + "/metrics")
		if err != nil {
			t.Fatalf("a scraper beside %d slow connections: %v", 4*slow, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(body), "spcheck_build_info") {
			t.Fatalf("status %d, %v", resp.StatusCode, err)
		}
	}
	figure(t, "Slow connections beside which scrapers are answered", 4*slow)
}

// TestNoPageReadsTheExporter: a page of another origin gets no leave to read what a
// browser fetched for it.
func TestNoPageReadsTheExporter(t *testing.T) {
	t.Parallel()
	address, _ := exporting(t, serve(t, "mailstore"), nil, "--reader", "environment")
	for _, method := range []string{http.MethodGet, http.MethodOptions, http.MethodPost} {
		r, err := http.NewRequest(method, "http://"+address+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Access-Control-Request-Method", http.MethodGet)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		for name := range resp.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s: %s", method, name, resp.Header.Get(name))
			}
		}
	}
}
