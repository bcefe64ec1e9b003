SELECT log_id FROM log_head
