-- What a process that stands before the first event cannot know. Commands that wait for their answer are decided again, and
-- what is parked is met again.
DELETE FROM fulfilment_v2_instances WHERE (SELECT position FROM fulfilment_v2_checkpoint) = 0;
DELETE FROM fulfilment_v2_outgoing WHERE (SELECT position FROM fulfilment_v2_checkpoint) = 0;
DELETE FROM consumer_parked
WHERE consumer = 'fulfilment_v2' AND (SELECT position FROM fulfilment_v2_checkpoint) = 0;
DELETE FROM consumer_parked_waiting
WHERE consumer = 'fulfilment_v2' AND (SELECT position FROM fulfilment_v2_checkpoint) = 0;
