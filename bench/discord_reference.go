package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// acknowledge is the bot that everything is measured beside: it acknowledges what
// it is sent, each in a goroutine of its own, and stores nothing. Where to is an
// API, a gateway and a token.
func acknowledge(where string) error {
	to := strings.Fields(where)
	if len(to) != 3 {
		return fmt.Errorf("%q is not an API, a gateway and a token", where)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, to[1]+"/?v=10&encoding=json", nil)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	defer func() { _ = conn.Close() }()
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	err = conn.WriteJSON(map[string]any{"op": 2, "d": map[string]any{
		"token": to[2], "intents": 1, "properties": map[string]string{"os": "linux", "browser": "bench", "device": "bench"},
	}})
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	for beat := time.Now(); ; {
		var f struct {
			Op   int             `json:"op"`
			Seq  int64           `json:"s"`
			Type string          `json:"t"`
			Data json.RawMessage `json:"d"`
		}
		if err := conn.ReadJSON(&f); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if time.Since(beat) > 20*time.Second && f.Seq > 0 {
			beat = time.Now()
			if err := conn.WriteJSON(map[string]any{"op": 1, "d": f.Seq}); err != nil {
				return err
			}
		}
		if f.Type == "INTERACTION_CREATE" {
			go acknowledgeOne(ctx, client, to[0], f.Data)
		}
	}
}

func acknowledgeOne(ctx context.Context, client *http.Client, api string, data []byte) {
	var it struct {
		ID    string `json:"id"`
		Token string `json:"token"`
	}
	if err := json.Unmarshal(data, &it); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, api+"/interactions/"+it.ID+"/"+it.Token+"/callback", bytes.NewReader([]byte(`{"type":6}`)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "DiscordBot (https://localhost, 1)")
	resp, err := client.Do(r)
	if err != nil {
		if ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}
